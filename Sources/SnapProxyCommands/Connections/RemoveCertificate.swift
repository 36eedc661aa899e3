import CommandLineKit
import ProxyState

let removeCertificate = Command<SnapProxyContext>(
  "remove-certificate",
  summary: "Turn HTTPS off: remove the certificate and its key, at once and on every unit.",
  description: """
    Servers that run refuse new connections with TLS and stop redirecting plain HTTP; open connections stay. \
    'import-certificate' turns HTTPS on again.
    """,
  examples: [
    Example("snap-proxy config proxy.tls.key > key.pem", "save the key first"),
    Example("snap-proxy remove-certificate", "serve plain HTTP alone"),
  ]
) { _, context in
  let actor = context.actor
  let (wasThere, warnings) = try await context.withExistingStore { store in
    let wasThere = try await store.tls.remove(by: actor)
    return (wasThere, try await RegisteredAddress(store)?.warnings ?? [])
  }
  context.terminal.print(wasThere ? "HTTPS is off" : "HTTPS was off already: there was no certificate")
  for warning in warnings { context.terminal.note("Warning: \(warning)") }
}
