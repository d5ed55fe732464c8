package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TagsTest {
    private static SyncOptions options(boolean metadata, Tag... tags) {
        return new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, null, null, null, List.of(tags), metadata);
    }

    private static SourceSecret.Metadata metadata(String key, String value) {
        return new SourceSecret.Metadata(key, value, false);
    }

    @Test
    @DisplayName("U3.2-12: configured tags win over metadata")
    void configuredWinsOverMetadata() {
        Tags.Wanted wanted =
                Tags.wanted(options(true, new Tag("a", "configured")), List.of(metadata("a", "m"), metadata("b", "m")));
        assertThat(wanted.tags()).isEqualTo(Map.of("a", "configured", "b", "m"));
    }

    @Test
    @DisplayName("U3.2-13: metadata is no tag unless asked for")
    void metadataIsNoTagUnlessAskedFor() {
        assertThat(Tags.wanted(options(false), List.of(metadata("b", "m"))).tags())
                .isEmpty();
    }

    @Test
    @DisplayName("U3.1-9: differs: encrypted metadata never becomes a tag (promise 4)")
    void encryptedMetadataNeverBecomesATag() {
        assertThat(Tags.wanted(options(true), List.of(new SourceSecret.Metadata("b", "m", true)))
                        .tags())
                .isEmpty();
    }

    @Test
    @DisplayName("U5.2-7: metadata that AWS takes for no tag is dropped and reported")
    void whatAwsRefusesIsDroppedAndReported() {
        List<SourceSecret.Metadata> bad = List.of(
                metadata("", "v"),
                metadata("k".repeat(129), "v"),
                metadata("long", "v".repeat(257)),
                metadata("aws:x", "v"),
                metadata("AWS:x", "v"),
                metadata(Tags.OWNER_TAG, "v"),
                metadata("semi;colon", "v"),
                metadata("value", "semi;colon"));
        Tags.Wanted wanted = Tags.wanted(options(true), bad);
        assertThat(wanted.tags()).isEmpty();
        assertThat(wanted.dropped()).hasSize(bad.size()).noneMatch(text -> text.contains("vvv"));
    }

    @Test
    void whatAwsTakesIsTaken() {
        String key = "Ünï 9_.:/=+-@";
        assertThat(Tags.wanted(options(true), List.of(metadata(key, ""), metadata("k".repeat(128), "v".repeat(256))))
                        .tags())
                .containsEntry(key, "")
                .hasSize(2);
    }

    @Test
    void fiftyWithTheOwnershipTagAndConfiguredFirst() {
        List<SourceSecret.Metadata> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(metadata("m" + i, ""));
        }
        Tags.Wanted wanted = Tags.wanted(options(true, new Tag("zz", "")), many);
        assertThat(wanted.tags()).hasSize(49).containsKey("zz");
        assertThat(wanted.dropped()).hasSize(12);
    }

    @Test
    @DisplayName("U3.2-14: missing and different tags are set; U3.2-15: differs: only tags that this sync wrote are "
            + "removed (promise 1); U5.2-5: tags of AWS are never removed")
    void onlyTagsThisSyncWroteAreRemoved() {
        Tags.Difference difference = Tags.difference(
                Map.of("ours", "1", "foreign", "1", "aws:x", "1", Tags.OWNER_TAG, "id", "same", "1", "other", "1"),
                Map.of("same", "1", "other", "2", "new", ""),
                Set.of("ours", "aws:x", Tags.OWNER_TAG, "same", "absent"));
        assertThat(difference.remove()).containsExactly("ours");
        assertThat(difference.set()).isEqualTo(Map.of("other", "2", "new", ""));
    }

    @Test
    void foreignTagsLeaveLessRoom() {
        Map<String, String> actual = new HashMap<>();
        for (int i = 0; i < 49; i++) {
            actual.put("f" + i, "");
        }
        actual.put("aws:not-counted", "");
        Tags.Difference difference = Tags.difference(
                actual,
                Tags.wanted(options(false, new Tag("a", ""), new Tag("b", "")), List.of())
                        .tags(),
                Set.of());
        assertThat(difference.set()).containsOnlyKeys("a");
        assertThat(difference.dropped()).hasSize(1);
    }

    private static World tagged(TagMode mode) {
        World world = new World();
        world.tagMode = mode;
        world.tags = List.of(new Tag("team", "shop"));
        world.secret("A", "one").run();
        Map<String, String> actual = world.aws.secrets.get("A").tags;
        actual.put("foreign", "theirs");
        actual.put("team", "theirs");
        world.tags = List.of(new Tag("stage", "prod"));
        return world;
    }

    @Test
    void neverLeavesTheTagsOfWhatIsThereAlone() {
        World world = tagged(TagMode.NEVER);
        Map<String, String> before = Map.copyOf(world.aws.secrets.get("A").tags);
        assertThat(world.run().retag()).isEmpty();
        assertThat(world.aws.secrets.get("A").tags).isEqualTo(before);
        world.secret("B", "two").run();
        assertThat(world.aws.secrets.get("B").tags)
                .as("what is new has them from the start")
                .containsEntry("stage", "prod");
    }

    @Test
    void upsertIsWhatHappensWhereNothingIsSaid() {
        for (TagMode mode : new TagMode[] {TagMode.UPSERT, null}) {
            World world = tagged(mode);
            world.run();
            assertThat(world.aws.secrets.get("A").tags)
                    .isEqualTo(Map.of("foreign", "theirs", "stage", "prod", Tags.OWNER_TAG, World.SYNC.toString()));
        }
    }

    @Test
    void replaceTakesAwayWhatOthersSet() {
        World world = tagged(TagMode.REPLACE);
        world.run();
        assertThat(world.aws.secrets.get("A").tags)
                .isEqualTo(Map.of("stage", "prod", Tags.OWNER_TAG, World.SYNC.toString()));
        assertThat(world.plan().isEmpty()).isTrue();
        world.aws.secrets.get("A").tags.put("foreign", "again");
        assertThat(world.plan().changes())
                .anyMatch(change -> change instanceof Change.Retag retag
                        && retag.remove().equals(Set.of("foreign"))
                        && retag.set().isEmpty());
    }

    @Test
    void replaceSparesWhatBelongsToAwsAndToThisService() {
        assertThat(Tags.difference(
                                Map.of("aws:x", "1", Tags.OWNER_TAG, "id", "a", "1"),
                                Map.of(),
                                Set.of("aws:x", Tags.OWNER_TAG, "a"))
                        .remove())
                .containsExactly("a");
    }

    @Property(tries = 300)
    void applyingTheDifferenceLeavesNoneAndEveryForeignTag(
            @ForAll @Size(max = 5) Map<Short, Boolean> actual,
            @ForAll @Size(max = 5) Map<Short, Boolean> wanted,
            @ForAll Set<Short> written) {
        Map<String, String> have = texts(actual);
        Map<String, String> want = texts(wanted);
        Set<String> ours = new HashSet<>();
        written.forEach(key -> ours.add("k" + key));
        Tags.Difference difference = Tags.difference(have, want, ours);
        Map<String, String> after = new HashMap<>(have);
        after.keySet().removeAll(difference.remove());
        after.putAll(difference.set());
        assertThat(Tags.difference(after, want, ours).isEmpty()).isTrue();
        assertThat(after).containsAllEntriesOf(want);
        have.keySet().removeAll(ours);
        assertThat(after.keySet()).containsAll(have.keySet());
    }

    private static Map<String, String> texts(Map<Short, Boolean> from) {
        Map<String, String> to = new HashMap<>();
        from.forEach((key, value) -> to.put("k" + key, value.toString()));
        return to;
    }
}
