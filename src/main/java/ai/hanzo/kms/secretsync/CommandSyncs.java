package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.FileRequests.Requests;
import ai.hanzo.kms.secretsync.files.FileMistakesException;
import ai.hanzo.kms.secretsync.files.PostponedException;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;
import picocli.CommandLine.ExitCode;

/** The syncs that a command is about. */
@Component
@ConditionalOnNotWebApplication
class CommandSyncs {
    private final SecretSyncs syncs;
    private final FileLifecycle files;

    CommandSyncs(SecretSyncs syncs, FileLifecycle files) {
        this.syncs = syncs;
        this.files = files;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnNotWebApplication
    static class Scheduling {
        /** A command says itself when, if at all. */
        @Bean
        ComponentCustomizer schedulerThatWaits() {
            return ComponentCustomizer.builder(QuartzComponent.class)
                    .build(quartz -> quartz.setAutoStartScheduler(false));
        }
    }

    /** The stored syncs of these names, or all, by name. */
    List<SavedSync> stored(Set<String> names) {
        return syncs.ids().stream()
                .map(syncs::get)
                .filter(sync -> names.isEmpty() || names.contains(sync.givenName()))
                .filter(sync -> !sync.dropped())
                .sorted(Comparator.comparing(SavedSync::name).thenComparing(SavedSync::id))
                .toList();
    }

    /**
     * Does the work, unless there is no sync of a name, and tells what is wrong with the files.
     *
     * @return the exit code
     */
    int reported(Set<String> names, SyncReport report, IntSupplier work) {
        try {
            Requests wanted = files.read();
            Set<String> known = new LinkedHashSet<>();
            stored(Set.of()).forEach(sync -> known.add(sync.givenName()));
            wanted.syncs().forEach(sync -> known.add(sync.request().name()));
            Collection<String> unknown =
                    names.stream().filter(name -> !known.contains(name)).toList();
            if (!unknown.isEmpty()) {
                report.unknown(unknown, known);
                return Commands.USAGE;
            }
            return work.getAsInt();
        } catch (RuntimeException e) {
            Optional<FileMistakesException> wrong = FileLifecycle.cause(e, FileMistakesException.class);
            Optional<PostponedException> later = FileLifecycle.cause(e, PostponedException.class);
            if (wrong.isEmpty() && later.isEmpty()) {
                throw e;
            }
            wrong.ifPresent(mistakes -> mistakes.mistakes().forEach(mistake -> report.error(mistake.toString())));
            later.ifPresent(reason -> report.error(reason.getMessage()));
            report.error("Nothing was done.");
            return ExitCode.SOFTWARE;
        }
    }
}
