package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.KnownNames;
import ai.hanzo.kms.secretsync.api.ServletErrors;
import ai.hanzo.kms.secretsync.aws.AwsCalls;
import ai.hanzo.kms.secretsync.aws.AwsClients;
import ai.hanzo.kms.secretsync.aws.AwsIdentities;
import ai.hanzo.kms.secretsync.aws.AwsIdentity;
import ai.hanzo.kms.secretsync.aws.CallerIdentity;
import ai.hanzo.kms.secretsync.aws.ChangeThreads;
import ai.hanzo.kms.secretsync.aws.Instances;
import ai.hanzo.kms.secretsync.aws.KmsKeyResolver;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.connections.ConnectionChanged;
import ai.hanzo.kms.secretsync.connections.ConnectionCredentials;
import ai.hanzo.kms.secretsync.connections.ConnectionUse;
import ai.hanzo.kms.secretsync.connections.CredentialCheck;
import ai.hanzo.kms.secretsync.connections.DataKeys;
import ai.hanzo.kms.secretsync.connections.UsableCredentials;
import ai.hanzo.kms.secretsync.runs.LiveInstances;
import ai.hanzo.kms.secretsync.runs.Planning;
import ai.hanzo.kms.secretsync.runs.PromptJobStore;
import ai.hanzo.kms.secretsync.runs.RunProperties;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.runs.Scheduling;
import ai.hanzo.kms.secretsync.security.Refusals;
import ai.hanzo.kms.secretsync.syncs.OptionsConverters;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.autoconfigure.quartz.JobStoreType;
import org.springframework.boot.autoconfigure.quartz.QuartzProperties;
import org.springframework.boot.autoconfigure.quartz.SchedulerFactoryBeanCustomizer;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.data.jdbc.core.convert.JdbcCustomConversions;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/** Introduces the packages to each other: what one of them needs to know of another comes through here. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RunProperties.class)
@EnableJdbcRepositories(considerNestedRepositories = true)
class Wiring {
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    JdbcCustomConversions jdbcCustomConversions() {
        return new JdbcCustomConversions(OptionsConverters.all());
    }

    @Bean(destroyMethod = "shutdown")
    ExecutorService changeThreads(AwsCalls calls, RunProperties properties) {
        return new ChangeThreads(calls, properties.parallelChanges());
    }

    /** The instances among which AWS's quotas are divided. */
    @Bean
    Instances instances(ObjectProvider<LiveInstances> instances) {
        return () -> instances.getObject().count();
    }

    @Bean
    KnownNames knownNames(TeamRoutes routes) {
        return new KnownNames(AwsRegions.codes(), routes::mappingBehaviors);
    }

    @Bean
    AwsIdentities awsIdentities(ObjectProvider<AppConnections> connections) {
        return connectionId -> {
            UsableCredentials usable = connections.getObject().credentials(connectionId);
            return new AwsIdentities.Resolved(
                    identity(usable.credentials(), usable.externalId(), connectionId),
                    usable.revision(),
                    connections.getObject().get(connectionId).accountId());
        };
    }

    @Bean
    CredentialCheck credentialCheck(CallerIdentity caller) {
        return (credentials, externalId, connectionId) ->
                caller.accountId(identity(credentials, externalId, connectionId));
    }

    private static AwsIdentity identity(ConnectionCredentials credentials, String externalId, UUID connectionId) {
        if (credentials instanceof ConnectionCredentials.AccessKey key) {
            return new AwsIdentity.AccessKey(key.accessKeyId(), key.secretAccessKey());
        }
        ConnectionCredentials.AssumeRole role = (ConnectionCredentials.AssumeRole) credentials;
        return new AwsIdentity.AssumedRole(
                role.roleArn(),
                externalId,
                role.stsEndpoint() == null ? null : URI.create(role.stsEndpoint()),
                AwsIdentity.AssumedRole.sessionName(connectionId));
    }

    @Bean
    Refusals refusals(ServletErrors errors) {
        return errors::write;
    }

    @Bean
    ConnectionUse connectionUse(ObjectProvider<SecretSyncs> syncs) {
        return connectionId -> syncs.getObject().usesConnection(connectionId);
    }

    @Bean
    Planning.VersionTokenKey versionTokenKey(DataKeys keys) {
        return () -> keys.key(DataKeys.VERSION_TOKENS);
    }

    @Bean
    Planning.SyncNames syncNames(SecretSyncs syncs) {
        return new Planning.SyncNames() {
            @Override
            public Map<UUID, String> named(Set<UUID> ids, String projectId) {
                return syncs.named(ids, projectId);
            }

            @Override
            public Set<UUID> retired(Set<UUID> ids) {
                return syncs.retired(ids);
            }
        };
    }

    static boolean isEmbedded(DataSourceProperties database) {
        return database.determineUrl().startsWith("jdbc:h2:");
    }

    /** One embedded database, one instance; several instances share what is due. */
    @Bean
    SchedulerFactoryBeanCustomizer clustering(DataSourceProperties database, QuartzProperties quartz) {
        boolean shared = !isEmbedded(database);
        Properties properties = new Properties();
        properties.putAll(quartz.getProperties());
        if (quartz.getJobStoreType() == JobStoreType.MEMORY) {
            properties.keySet().removeIf(name -> name.toString().startsWith("org.quartz.jobStore."));
            return scheduler -> scheduler.setQuartzProperties(properties);
        }
        properties.setProperty("org.quartz.jobStore.class", PromptJobStore.class.getName());
        properties.setProperty("org.quartz.jobStore.isClustered", Boolean.toString(shared));
        properties.setProperty("org.quartz.scheduler.instanceId", shared ? "AUTO" : "NON_CLUSTERED");
        return scheduler -> scheduler.setQuartzProperties(properties);
    }

    @Configuration(proxyBeanMethods = false)
    static class Changes {
        private final AwsClients clients;
        private final KmsKeyResolver keys;
        private final ObjectProvider<Runs> runs;

        Changes(AwsClients clients, KmsKeyResolver keys, ObjectProvider<Runs> runs) {
            this.clients = clients;
            this.keys = keys;
            this.runs = runs;
        }

        @EventListener
        void connectionChanged(ConnectionChanged event) {
            clients.evict(event.id());
            keys.forget(event.id());
            runs.getObject().connectionChanged(event.id());
        }
    }

    /**
     * Follows what is to be followed, also after the interval was changed or a sync was saved by an older version, and asks again
     * for what was lost. Commands leave that to the service.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication
    static class Start {
        private final SecretSyncs syncs;
        private final Scheduling scheduling;
        private final Runs runs;
        private final TransactionOperations transactions;

        Start(SecretSyncs syncs, Scheduling scheduling, Runs runs, PlatformTransactionManager transactions) {
            this.syncs = syncs;
            this.scheduling = scheduling;
            this.runs = runs;
            this.transactions = new TransactionTemplate(transactions);
        }

        @EventListener(ApplicationStartedEvent.class)
        void follow() {
            transactions.executeWithoutResult(status -> {
                scheduling.followOnly(syncs.followedSources());
                syncs.idsFollowingAnything().forEach(scheduling::checkDrift);
            });
            runs.recoverLost();
        }
    }
}
