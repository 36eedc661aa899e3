import CommandLineKit
import ProxyState

let enableAirgapMode = Command<SnapProxyContext>(
  "enable-airgap-mode", summary: "Make the proxy a store of its own, without an upstream.",
  examples: [Example("snap-proxy enable-airgap-mode", "after the installation, before devices connect")]
) { _, context in
  try await setAirgap(true, in: context)
  context.terminal.print("Store is in air-gapped mode")
}

let disableAirgapMode = Command<SnapProxyContext>(
  "disable-airgap-mode", summary: "Make the proxy forward to the upstream store again. What was pushed stays."
) { _, context in
  try await setAirgap(false, in: context)
  context.terminal.print("Store is in online mode")
}

private func setAirgap(_ isOn: Bool, in context: SnapProxyContext) async throws {
  let actor = context.actor
  try await context.withStore { store in
    try await store.configuration.set([.airgap: isOn ? "True" : "False"])
    try await store.audit.record(
      isOn ? "enable-airgap-mode" : "disable-airgap-mode", of: "store", by: actor, in: store.database)
  }
}
