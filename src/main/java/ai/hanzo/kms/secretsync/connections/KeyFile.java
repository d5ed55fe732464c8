package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master key in a file that only its owner can read, from the moment it exists. */
final class KeyFile {
    private static final Logger log = LoggerFactory.getLogger(KeyFile.class);
    private static final SecureRandom random = new SecureRandom();
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path path;

    KeyFile(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    static SecretText newKey() {
        byte[] key = new byte[Encryption.KEY_BYTES];
        random.nextBytes(key);
        return SecretText.of(Base64.getEncoder().encodeToString(key));
    }

    /**
     * The file's key; makes both if there is none. Of several that start at once, one makes the key and all read the same.
     *
     * @throws EncryptionKeyException if the file cannot be read or made
     */
    SecretText readOrCreate() {
        try {
            // An existing file may be read-only, as a mounted secret is: no lock, then.
            if (!Files.isRegularFile(path) || Files.size(path) == 0) {
                create();
            }
            warnIfOthersMayRead();
            return SecretText.of(Files.readString(path).strip());
        } catch (IOException e) {
            throw new EncryptionKeyException(
                    "Cannot read or make the key file " + path + " (" + e + "); set " + Encryption.KEY_VARIABLE
                            + " instead: " + Encryption.HOW_TO_MAKE,
                    e);
        }
    }

    private void create() throws IOException {
        Files.createDirectories(path.getParent(), ownerOnly("rwx------"));
        // A lock belongs to the whole process; the threads of this one take turns.
        synchronized (KeyFile.class) {
            Set<StandardOpenOption> options =
                    EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try (FileChannel channel = FileChannel.open(path, options, ownerOnly("rw-------"))) {
                // Released with the channel.
                channel.lock();
                if (channel.size() == 0) {
                    Channels.newOutputStream(channel)
                            .write((newKey().reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
                    channel.force(true);
                    log.warn(
                            "Made an encryption key in {}. Back it up with the database: without it the stored AWS"
                                    + " credentials are lost",
                            path);
                }
            }
        }
    }

    private void warnIfOthersMayRead() throws IOException {
        if (posix() && Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains)) {
            log.warn("The encryption key in {} can be read by others than its owner: chmod 600 it", path);
        }
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return posix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private boolean posix() {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** The file, in words for messages. */
    @Override
    public String toString() {
        return "the key file " + path;
    }
}
