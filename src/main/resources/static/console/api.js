// The one way to the API: token, JSON, and errors in the shape of the contract.

const BASE = "api/v1";

/** What the API refused, or that it could not be reached. */
export class ApiError extends Error {
  /**
   * @param {number} status of the answer; 0 where there was none
   * @param {string} message for a person
   * @param {Array<{path: Array<string|number>, message: string}>} issues what is wrong with which field; of a 422
   * @param {string|null} requestId with which the log can be searched
   */
  constructor(status, message, issues = [], requestId = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.issues = issues;
    this.requestId = requestId;
  }

  /** @param {number} status @param {object|null} body the error envelope */
  static of(status, body) {
    const told = body?.message;
    if (Array.isArray(told)) {
      const issues = told.map((issue) => ({ path: issue.path ?? [], message: issue.message ?? "Not accepted" }));
      return new ApiError(status, "Some fields need another look.", issues, body.reqId ?? null);
    }
    return new ApiError(status, typeof told === "string" && told ? told : `The service answered ${status}.`, [], body?.reqId ?? null);
  }
}

/** Calls with the token of one person; it is nowhere but in this object. */
export class Api {
  #token = null;
  #onLoggedOut;

  /** @param {function(string): void} onLoggedOut is told why when the token is no longer accepted */
  constructor(onLoggedOut) {
    this.#onLoggedOut = onLoggedOut;
  }

  get loggedIn() {
    return this.#token !== null;
  }

  /** Logs in with a machine identity of the KMS. */
  async logIn(clientId, clientSecret) {
    const answer = await this.#send("POST", "/auth/universal-auth/login", { body: { clientId, clientSecret }, token: null });
    this.#token = answer.accessToken;
  }

  /** Takes a token as it is, once the API has accepted it. */
  async useToken(token) {
    await this.#send("GET", "/secret-syncs/options", { token });
    this.#token = token;
  }

  logOut() {
    this.#token = null;
  }

  /**
   * @param {string} path below /api/v1
   * @param {object} [query] left out where null or undefined
   * @param {AbortSignal} [signal]
   */
  get(path, query, signal) {
    return this.#send("GET", path, { query, signal });
  }

  post(path, body, query, signal) {
    return this.#send("POST", path, { body, query, signal });
  }

  patch(path, body) {
    return this.#send("PATCH", path, { body });
  }

  delete(path, query) {
    return this.#send("DELETE", path, { query });
  }

  /**
   * GET, but only if it is another answer than before.
   *
   * @param {string|null} etag of the answer before
   * @returns {Promise<{etag: string|null, body: object|null}>} body null where nothing is new
   */
  async getIfChanged(path, query, etag, signal) {
    let received = null;
    const body = await this.#send("GET", path, {
      query,
      signal,
      headers: etag ? { "If-None-Match": etag } : {},
      onResponse: (response) => (received = response.headers.get("ETag")),
    });
    return { etag: received ?? etag, body };
  }

  async #send(method, path, { query, body, signal, headers = {}, token = this.#token, onResponse } = {}) {
    const address = new URL(BASE + path, document.baseURI);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== null && value !== undefined && value !== "") {
        address.searchParams.set(name, value);
      }
    }
    const request = { method, signal, headers: { Accept: "application/json", ...headers }, cache: "no-store", credentials: "omit" };
    if (token) {
      request.headers.Authorization = `Bearer ${token}`;
    }
    if (body !== undefined) {
      request.headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    let response;
    try {
      response = await fetch(address, request);
    } catch (failure) {
      if (failure.name === "AbortError") {
        throw failure;
      }
      throw new ApiError(0, "The service cannot be reached. Check your network; the console goes on as soon as it answers.");
    }
    onResponse?.(response);
    if (response.status === 304) {
      return null;
    }
    const answer = await response.json().catch(() => null);
    if (response.ok) {
      return answer;
    }
    const error = ApiError.of(response.status, answer);
    if (token && token === this.#token && (response.status === 401 || answer?.error === "TokenError")) {
      this.#token = null;
      this.#onLoggedOut(error.message);
    }
    throw error;
  }
}
