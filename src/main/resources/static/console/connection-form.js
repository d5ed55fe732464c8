// The fields of an AWS connection. Secrets are typed into password fields, and emptied as soon as they have been sent.

import { h } from "./dom.js";
import { field, form } from "./form.js";

/**
 * Fields for the credentials of a method.
 *
 * @param {string} method `access-key` or `assume-role`
 * @param {object} project whose id is the ExternalId
 */
function credentialFields(project) {
  const accessKeyId = field({ path: "credentials.accessKeyId", label: "Access key ID", required: true });
  const secretAccessKey = field({
    path: "credentials.secretAccessKey",
    label: "Secret access key",
    type: "password",
    required: true,
    hint: "Stored encrypted, and never shown again.",
    attributes: { autocomplete: "new-password" },
  });
  const roleArn = field({
    path: "credentials.roleArn",
    label: "Role ARN",
    required: true,
    hint: project
      ? ["The role must trust this service with the ExternalId ", h("code", {}, project.id), ", the id of the project."]
      : "The role must trust this service with the id of the organization as ExternalId.",
    attributes: { placeholder: "arn:aws:iam::123456789012:role/secret-sync" },
  });
  const stsEndpoint = field({
    path: "credentials.stsEndpoint",
    label: "STS endpoint",
    hint: "Only where AWS is to be asked somewhere else than usual, for example https://sts.eu-central-1.amazonaws.com.",
  });
  return {
    "access-key": {
      all: [accessKeyId, secretAccessKey],
      take: () => {
        const credentials = { accessKeyId: accessKeyId.value.trim(), secretAccessKey: secretAccessKey.value.trim() };
        secretAccessKey.value = "";
        return credentials;
      },
    },
    "assume-role": {
      all: [roleArn, stsEndpoint],
      take: () => (stsEndpoint.value.trim() ? { roleArn: roleArn.value.trim(), stsEndpoint: stsEndpoint.value.trim() } : { roleArn: roleArn.value.trim() }),
    },
  };
}

/**
 * A form that makes a connection.
 *
 * @param {object} options
 * @param {Api} options.api
 * @param {object} options.project to which it is to belong
 * @param {function(object): void} options.onmade told the connection
 * @param {Array<Node>} [options.actions] more buttons
 * @returns {Element}
 */
export function connectionForm({ api, project, onmade, actions = [] }) {
  const name = field({ path: "name", label: "Name", required: true, hint: "Lowercase letters, digits, and single hyphens between them.", attributes: { maxlength: 64 } });
  const description = field({ path: "description", label: "Description", attributes: { maxlength: 256 } });
  const method = field({
    path: "method",
    label: "Method",
    type: "radios",
    required: true,
    value: "assume-role",
    choices: [
      { value: "assume-role", label: "Assume role", hint: "The service assumes a role in your account. Recommended: there is no key to be kept and rotated." },
      { value: "access-key", label: "Access key", hint: "The key of an IAM user." },
    ],
    oninput: show,
  });
  const credentials = credentialFields(project);
  const groups = Object.fromEntries(Object.entries(credentials).map(([key, { all }]) => [key, h("div", { class: "form" }, all.map((each) => each.element))]));
  function show() {
    for (const [key, group] of Object.entries(groups)) {
      group.hidden = key !== method.value;
    }
  }
  show();
  return form({
    fields: [name, description, method, ...credentials["access-key"].all, ...credentials["assume-role"].all],
    content: [name.element, description.element, method.element, Object.values(groups)],
    submit: "Check and save",
    actions,
    onsubmit: async () => {
      const { appConnection } = await api.post("/app-connections/aws", {
        name: name.value.trim(),
        description: description.value.trim() || null,
        projectId: project.id,
        method: method.value,
        credentials: credentials[method.value].take(),
      });
      onmade(appConnection);
    },
  }).element;
}

/**
 * A form with new credentials for a connection that is there.
 *
 * @param {object} options
 * @param {Api} options.api
 * @param {object} options.connection
 * @param {function(object): void} options.onsaved told the connection as it is now
 * @param {Array<Node>} [options.actions]
 */
export function rotationForm({ api, connection, onsaved, actions = [] }) {
  const credentials = credentialFields(connection.project)[connection.method];
  return form({
    fields: credentials.all,
    submit: "Check and save",
    actions,
    onsubmit: async () => {
      const { appConnection } = await api.patch(`/app-connections/aws/${encodeURIComponent(connection.id)}`, { credentials: credentials.take() });
      onsaved(appConnection);
    },
  }).element;
}
