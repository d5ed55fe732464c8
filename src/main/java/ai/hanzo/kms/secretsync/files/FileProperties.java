package ai.hanzo.kms.secretsync.files;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the files are.
 *
 * @param files {@code SECRET_SYNC_FILES}: paths whose last part may have wildcards; none, and there are no files
 */
@ConfigurationProperties("secret-sync")
public record FileProperties(
        @DefaultValue(FileProperties.USUAL) List<String> files) {
    static final String VARIABLE = "SECRET_SYNC_FILES";
    /** Where they are looked for unless somebody says otherwise; only there it is no mistake that there are none. */
    static final String USUAL = "./config/syncs/*.yaml";
}
