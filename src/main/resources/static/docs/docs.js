SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#contract",
  deepLinking: true,
  // Otherwise the contract's address would be sent to a server elsewhere, to be validated.
  validatorUrl: null,
});
