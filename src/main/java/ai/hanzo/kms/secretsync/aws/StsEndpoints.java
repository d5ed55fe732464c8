package ai.hanzo.kms.secretsync.aws;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an STS endpoint says about its region. */
public final class StsEndpoints {
    /** The form of region codes; a region becomes part of host names, so nothing else may pass. */
    static final Pattern REGION = Pattern.compile("[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}");

    private StsEndpoints() {}

    /**
     * The region an endpoint such as {@code https://sts.eu-west-1.amazonaws.com} or
     * {@code https://vpce-0a1b-2c.sts.eu-west-1.vpce.amazonaws.com} belongs to: the label after {@code sts} or
     * {@code sts-fips}. Empty for the global endpoint and for hosts that are not AWS's.
     */
    public static Optional<String> region(URI endpoint) {
        if (endpoint == null || endpoint.getHost() == null) {
            return Optional.empty();
        }
        String[] labels = endpoint.getHost().toLowerCase(Locale.ROOT).split("\\.");
        for (int i = 0; i + 1 < labels.length; i++) {
            if ((labels[i].equals("sts") || labels[i].equals("sts-fips"))
                    && REGION.matcher(labels[i + 1]).matches()) {
                return Optional.of(labels[i + 1]);
            }
        }
        return Optional.empty();
    }
}
