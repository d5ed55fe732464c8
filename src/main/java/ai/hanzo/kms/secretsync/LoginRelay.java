package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.kms.KmsCallers;
import ai.hanzo.kms.secretsync.kms.LoginReply;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** Passes a login on to the KMS and its answer back. */
@Component("loginRelay")
public class LoginRelay {
    private final KmsCallers kms;

    LoginRelay(KmsCallers kms) {
        this.kms = kms;
    }

    public void relay(@Header("method") String method, @Body byte[] body, Exchange exchange) {
        LoginReply reply = kms.relayLogin(method, body == null ? new byte[0] : body);
        Message answer = exchange.getMessage();
        answer.removeHeaders("*");
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        answer.setHeader(Exchange.CONTENT_TYPE, reply.contentType());
        if (reply.retryAfter() != null) {
            answer.setHeader("Retry-After", reply.retryAfter());
        }
        answer.setBody(reply.body());
    }
}
