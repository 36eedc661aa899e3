import Macaroons
public import Reporting

/// What a login needs from a person.
public struct LoginQuestions: Sendable {
  /// The address of the account.
  public var email: @Sendable () async throws -> String
  /// Its password, for the login service only.
  public var password: @Sendable () async throws -> String
  /// A one-time code; the parameter tells whether the last one was refused.
  public var secondFactor: @Sendable (_ wasRefused: Bool) async throws -> String
  /// Says why the same is asked again.
  public var refused: @Sendable (any UserFacingError) async -> Void
  /// Whether the next answer may be another one. A password that was given beforehand stays the same: to send it again after
  /// a refusal would only lead to a locked account.
  public var canAskAgain = true

  /// Questions of their parts.
  public init(
    email: @escaping @Sendable () async throws -> String, password: @escaping @Sendable () async throws -> String,
    secondFactor: @escaping @Sendable (_ wasRefused: Bool) async throws -> String,
    refused: @escaping @Sendable (any UserFacingError) async -> Void = { _ in }
  ) {
    self.email = email
    self.password = password
    self.secondFactor = secondFactor
    self.refused = refused
  }

  /// Questions to whoever sits at a terminal; what the environment answers is not asked: `SNAPSTORE_EMAIL`,
  /// `SNAPSTORE_PASSWORD` and `SNAPSTORE_OTP`.
  /// - Parameters:
  ///   - ask: Gets the prompt without a colon.
  ///   - askSecret: The same, without showing what is typed.
  ///   - note: Shows a line.
  public init(
    environment: [String: String], ask: @escaping @Sendable (String) async throws -> String,
    askSecret: @escaping @Sendable (String) async throws -> String, note: @escaping @Sendable (String) -> Void
  ) {
    let given = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let (email, password, code) = (given("SNAPSTORE_EMAIL"), given("SNAPSTORE_PASSWORD"), given("SNAPSTORE_OTP"))
    self.init(
      email: { if let email { email } else { try await ask("Email") } },
      password: { if let password { password } else { try await askSecret("Password") } },
      secondFactor: { wasRefused in
        if let code, !wasRefused { code } else { try await askSecret("Second-factor auth") }
      },
      refused: { note($0.message) })
    canAskAgain = password == nil
    if email == nil || password == nil { note("Enter your Ubuntu One SSO credentials.") }
  }
}

/// Has a root macaroon discharged by the login service for whoever knows the password.
public struct PasswordLogin: Sendable {
  private static let attempts = 3

  private let sso: SingleSignOn

  /// A login at one service.
  public init(sso: SingleSignOn) { self.sso = sso }

  /// Asks at most three times for the password, and for the code as often. What was refused is never sent again.
  /// - Returns: The discharge, unbound.
  /// - Throws: ``SingleSignOnError`` when that was in vain, ``UpstreamError`` for a root that asks no third party.
  public func discharge(_ root: String, asking questions: LoginQuestions) async throws -> String {
    guard let caveat = (try? Macaroon(text: root))?.thirdPartyCaveatID else {
      throw UpstreamError.malformedAnswer(
        doing: "log in", reason: "its macaroon does not ask the single sign-on service, and nobody else, who it is for")
    }
    for attempt in 1... {
      let (email, password) = (try await questions.email(), try await questions.password())
      do {
        return try await discharge(email: email, password: password, caveat: caveat, asking: questions)
      } catch SingleSignOnError.invalidCredentials where attempt < Self.attempts && questions.canAskAgain {
        await questions.refused(SingleSignOnError.invalidCredentials)
      }
    }
    throw SingleSignOnError.invalidCredentials
  }

  private func discharge(
    email: String, password: String, caveat: String, asking questions: LoginQuestions
  ) async throws -> String {
    do { return try await sso.discharge(email: email, password: password, caveatID: caveat) } catch SingleSignOnError
      .secondFactorRequired
    {}
    for attempt in 1... {
      let code = try await questions.secondFactor(attempt > 1)
      do {
        return try await sso.discharge(email: email, password: password, caveatID: caveat, oneTimePassword: code)
      } catch SingleSignOnError.secondFactorRefused where attempt < Self.attempts {
        await questions.refused(SingleSignOnError.secondFactorRefused)
      }
    }
    throw SingleSignOnError.secondFactorRefused
  }
}
