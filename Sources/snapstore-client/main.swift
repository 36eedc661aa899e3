import CommandLineKit
import Foundation
import SnapStoreClientCommands

exit(
  await snapStoreClient.run { input, terminal, environment in
    SnapStoreClientContext(input, terminal: terminal, environment: environment)
  })
