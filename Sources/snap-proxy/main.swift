import CommandLineKit
import SnapProxyCommands

Program.run {
  await snapProxy.run { input, terminal, environment in
    try SnapProxyContext(input, terminal: terminal, environment: environment)
  }
}
