package ai.hanzo.kms.secretsync.devkms;

/** What differs between the two generations of the secrets API. */
enum ApiVersion {
    V3("workspaceId", "include_imports", false, false),
    V4("projectId", "includeImports", true, true);

    private final String projectField;
    private final String importsParameter;
    private final boolean importsByDefault;
    private final boolean expandsByDefault;

    ApiVersion(String projectField, String importsParameter, boolean importsByDefault, boolean expandsByDefault) {
        this.projectField = projectField;
        this.importsParameter = importsParameter;
        this.importsByDefault = importsByDefault;
        this.expandsByDefault = expandsByDefault;
    }

    /** Which body field and query parameter holds the project's id. */
    String projectField() {
        return projectField;
    }

    boolean imports(KmsRequest request) {
        return request.queryFlag(importsParameter, importsByDefault);
    }

    boolean expands(KmsRequest request) {
        return request.queryFlag("expandSecretReferences", expandsByDefault);
    }
}
