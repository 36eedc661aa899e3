import CommandLineKit
import Cryptography
import ProxyState

private let force = Flag("force", help: "Replace the key of a registered proxy, which then must be registered anew.")

let generateKeys = Command<SnapProxyContext>(
  "generate-keys",
  summary: "Make the key pair that the proxy will register.",
  description: "Without this, 'register' makes one. 'snap-proxy config proxy.key.public proxy.key.private' prints it.",
  parameters: [force],
  examples: [Example("snap-proxy generate-keys", "before the registration")]
) { input, context in
  let actor = context.actor
  let key = try RSAPrivateKey.generate(bits: 4096)
  try await context.withStore { store in
    if let known = try await store.registration.current(), !input[force] {
      throw RegistrationProblem.keyInUse(known.storeID)
    }
    try await store.configuration.set([
      .privateKey: key.pem, .publicKey: key.publicKey.pem, .storeID: nil, .storeURL: nil,
    ])
    try await store.audit.record("generate-keys", of: "store", by: actor, in: store.database)
  }
  context.terminal.print(.text(key.publicKey.pem))
}
