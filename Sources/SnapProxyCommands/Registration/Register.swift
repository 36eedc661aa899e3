import CommandLineKit
import Cryptography
import ProxyServer
import ProxyState
import Reporting
import UpstreamStore

private let https = Flag("https", help: "Devices reach the proxy by HTTPS; import a certificate afterwards.")

let register = Command<SnapProxyContext>(
  "register",
  summary: "Register the proxy with the upstream store.",
  description: """
    You are asked for your Ubuntu SSO e-mail, password and, where the account has one, code, and for a little about the \
    deployment. The address that devices use (proxy.domain, and the port where it is not the usual one) becomes part of a \
    signed assertion: set it first. The private key that the registration makes is the proxy's identity; keep a copy.
    """,
  parameters: [https] + Survey.parameters,
  examples: [
    Example("snap-proxy register --https", "the usual way"),
    Example("snap-proxy register --skip-questions", "for a script, with SNAPSTORE_EMAIL and SNAPSTORE_PASSWORD set"),
  ]
) { input, context in
  let (terminal, actor) = (context.terminal, context.actor)
  let answers = try await Survey.answers(input, context)
  let registration = try await context.withStore { store in
    if let known = try await store.registration.current() { throw RegistrationProblem.registered(known.storeID) }
    let url = try await registeredAddress(store, isSecure: input[https])
    let connection = try await UpstreamConnection(store)
    let credentials = try await logIn(connection, context)
    // Kept before anybody hears of it: whatever happens then, running the command again registers the same key.
    let key = try await store.ownKey()
    let registrar = try await registrar(store, connection, credentials)
    let registration = try await registrar.register(
      url, offline: false, key: key, answers: answers, software: "snap-proxy/\(SoftwareVersion.current)")
    try await keep(registration, key: key, in: store, actor: actor)
    return registration
  }
  terminal.print("Registered as \(registration.storeID) at \(registration.url) (\(registration.status))")
}
