import CommandLineKit
import ProxyServer
import ProxyState
import Reporting
import UpstreamStore

private let scheme = Flag("https", negatable: true, help: "Change whether devices reach the proxy by HTTPS.")

let reregister = Command<SnapProxyContext>(
  "reregister",
  summary: "Renew the registration, after a change of proxy.domain for example.",
  description: "Devices need the new assertion: run 'snap ack' on them again, as when they were connected first.",
  parameters: [scheme] + Survey.parameters,
  examples: [
    Example("snap-proxy config proxy.domain=snaps.internal", "the new name"),
    Example("snap-proxy reregister", "the new assertion"),
  ]
) { input, context in
  let (terminal, actor) = (context.terminal, context.actor)
  let answers = try await Survey.answers(input, context)
  let registration = try await context.withStore { store in
    guard let known = try await store.registration.current(), let key = try await store.registeredKey() else {
      throw RegistrationProblem.notRegistered
    }
    let isSecure = input.has(scheme) ? input[scheme] : known.url?.hasPrefix("https:") ?? false
    let url = try await registeredAddress(store, isSecure: isSecure)
    let connection = try await UpstreamConnection(store)
    let credentials = try await logIn(connection, context)
    let registrar = try await registrar(store, connection, credentials)
    let registration = try await registrar.reregister(
      storeID: known.storeID, url, offline: false, key: key, answers: answers,
      software: "snap-proxy/\(SoftwareVersion.current)")
    try await keep(registration, key: key, in: store, actor: actor)
    return registration
  }
  terminal.print("Registered as \(registration.storeID) at \(registration.url) (\(registration.status))")
  terminal.note("Devices follow the new address after 'snap ack'; see 'Connect devices' in the manual.")
}
