package ai.hanzo.kms.secretsync.files;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The beans of this package. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FileProperties.class)
class FilesConfiguration {
    @Bean
    ConfigurationFiles configurationFiles(FileProperties properties) {
        return new ConfigurationFiles(properties.files(), new References(System::getenv));
    }

    @Bean
    FileMarks fileMarks(JdbcClient jdbc) {
        return new FileMarks(jdbc);
    }
}
