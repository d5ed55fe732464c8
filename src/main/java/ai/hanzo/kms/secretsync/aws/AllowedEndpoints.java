package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.egress.Hosts;
import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.Locale;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.EndpointTag;
import software.amazon.awssdk.regions.PartitionEndpointKey;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Looks at where a request is about to go, wherever its endpoint was set: to AWS over https, or to this machine. Values and
 * signed credentials go there, so an endpoint that only seems to be AWS's must not do.
 */
final class AllowedEndpoints implements ExecutionInterceptor {
    private static final PartitionEndpointKey DUAL_STACK =
            PartitionEndpointKey.builder().tags(EndpointTag.DUALSTACK).build();

    private final boolean others;

    /**
     * @param others whether an operator said that other hosts are good, over http too
     */
    AllowedEndpoints(boolean others) {
        this.others = others;
    }

    /** @throws Rejection naming the host and the remedy */
    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        SdkHttpRequest request = context.httpRequest();
        String host = request.host().toLowerCase(Locale.ROOT);
        boolean https = request.protocol().equals("https");
        if (https && isOfAws(host, attributes.getAttribute(AwsExecutionAttribute.AWS_REGION))) {
            return;
        }
        if (Hosts.forbidden(host) || Hosts.resolvesToForbidden(host)) {
            throw Rejection.badRequest("The AWS endpoint " + host
                    + " stands for a link-local or cloud metadata address, which is never called.");
        }
        if (!others && !Hosts.loopback(host)) {
            throw Rejection.badRequest("The AWS endpoint " + host + " is not called: it is "
                    + (https ? "not AWS's" : "not https")
                    + ". Correct AWS_ENDPOINT_URL (or its variants), or set SECRET_SYNC_AWS_CLIENT_OTHER_ENDPOINTS=true"
                    + " if secrets may go there.");
        }
    }

    private static boolean isOfAws(String host, Region region) {
        PartitionMetadata partition = PartitionMetadata.of(region);
        return Stream.of(partition.dnsSuffix(), partition.dnsSuffix(DUAL_STACK))
                .anyMatch(suffix -> host.endsWith("." + suffix));
    }
}
