import CommandLineKit
import Foundation
import SnapProxyCommands

exit(
  await snapProxy.run { input, terminal, environment in
    try SnapProxyContext(input, terminal: terminal, environment: environment)
  })
