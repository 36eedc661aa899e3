import CommandLineKit
import SnapStoreClientCommands

Program.run {
  await snapStoreClient.run { input, terminal, environment in
    SnapStoreClientContext(input, terminal: terminal, environment: environment)
  }
}
