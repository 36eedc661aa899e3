import CommandLineKit
import PostgreSQL
import ProxyState

let enableAirgapMode = Command<SnapProxyContext>(
  "enable-airgap-mode", summary: "Make the proxy a store of its own, without an upstream.",
  description: """
    Servers that run follow at once; requests that have begun end as they began. Devices find what was pushed and nothing \
    else from then on, and get themselves new sessions. Overrides, files of the upstream store, and what was pushed before \
    stay.
    """,
  examples: [Example("snap-proxy enable-airgap-mode", "best before devices connect; safe afterwards")]
) { _, context in
  let snaps = try await setAirgap(true, in: context)
  context.terminal.print("Store is in air-gapped mode")
  if snaps == 0 { context.terminal.note("No snap was pushed yet: devices find none until 'snap-proxy push-snap' ran") }
}

let disableAirgapMode = Command<SnapProxyContext>(
  "disable-airgap-mode", summary: "Make the proxy forward to the upstream store again. What was pushed stays.",
  description: """
    Servers that run follow at once; requests that have begun end as they began. Devices find what the upstream store has, \
    and get themselves new sessions there. What was pushed is kept and not shown; logins for exported tokens are refused \
    until the mode is enabled again.
    """
) { _, context in
  _ = try await setAirgap(false, in: context)
  context.terminal.print("Store is in online mode")
}

/// - Returns: How many snaps were pushed.
private func setAirgap(_ isOn: Bool, in context: SnapProxyContext) async throws -> Int {
  let actor = context.actor
  return try await context.withStore { store in
    try await store.database.transaction { transaction in
      // First, since every change holds this row before others.
      try await store.catalogue.announceChange(in: transaction)
      try await store.configuration.set([.airgap: isOn ? "True" : "False"], in: transaction)
      try await store.audit.record(
        isOn ? "enable-airgap-mode" : "disable-airgap-mode", of: "store", by: actor, in: transaction)
    }
    return try await store.catalogue.list().count
  }
}
