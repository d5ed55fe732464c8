package ai.hanzo.kms.secretsync.files;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which connections and syncs were made by files. */
public final class FileMarks {
    private final JdbcClient jdbc;

    FileMarks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a file can make, and the table that it is in. */
    public enum Kind {
        CONNECTION("connection", "app_connection"),
        SYNC("sync", "secret_sync");

        private final String word;
        private final String table;

        Kind(String word, String table) {
            this.word = word;
            this.table = table;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Something that a file made.
     *
     * @param file the name of the file
     */
    public record Mark(Kind kind, UUID id, String name, String projectId, String file) {}

    /** Everything that files made and that is still there, by name. */
    public List<Mark> all(Kind kind) {
        return jdbc.sql("select id, name, project_id, from_file from " + kind.table
                        + " where from_file is not null order by name, id")
                .query((row, number) -> new Mark(
                        kind,
                        row.getObject("id", UUID.class),
                        row.getString("name"),
                        row.getString("project_id"),
                        row.getString("from_file")))
                .list();
    }

    /** The name of the file that made something; null where none did. */
    public String of(Kind kind, UUID id) {
        return jdbc.sql("select coalesce(from_file, '') from " + kind.table + " where id = ?")
                .param(id)
                .query(String.class)
                .optional()
                .filter(file -> !file.isEmpty())
                .orElse(null);
    }

    public void mark(Kind kind, UUID id, String file) {
        jdbc.sql("update " + kind.table + " set from_file = ? where id = ? and coalesce(from_file, '') <> ?")
                .params(file, id, file)
                .update();
    }

    /** Waits until no other instance makes what its files say, and keeps others waiting until the transaction ends. */
    public void lock() {
        jdbc.sql("select id from file_lock where id = 1 for update")
                .query(Integer.class)
                .single();
    }
}
