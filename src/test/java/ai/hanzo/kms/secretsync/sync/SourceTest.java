package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {
    @ParameterizedTest
    @CsvSource({"/, false, /", "/, true, /**", "/a/b, false, /a/b", "/a/b, true, /a/b/**"})
    void aPatternLeadsBackToItsSource(String path, boolean subFolders, String pattern) {
        Source source = new Source("project", "dev", path, subFolders);
        assertThat(source.pattern()).isEqualTo(pattern);
        assertThat(Source.ofPattern("project", "dev", pattern)).isEqualTo(source);
    }

    @ParameterizedTest
    @CsvSource({"/, '', /", "/, a, /a", "/a, '', /a", "/a, b/c, /a/b/c"})
    void aFolderBelowHasAPath(String path, String folder, String whole) {
        assertThat(new Source("project", "dev", path, true).pathOf(folder)).isEqualTo(whole);
    }
}
