/// Assertions made with another implementation and accepted by snapd 2.57.6. Signature time: 2026-01-01T00:00:00Z.
enum Vectors {
  /// The root key as an account-key publishes it, and its id.
  static let keyEncoding = """
    AcbATQRWhcGAAQgAlyTioTa10P5Io1FBD6rMlo1R1bhM/VXJ5RZMhwkFwiR8WOCzPmFZCCTipG+B
    aYRGNMEN9Yv4wT4RSbeRBLelaVjeowRHjZcu21CdLWZ1GeRSlSqqi6YYs0gDhYUtMeyscR65kgDZ
    S9SrvfPCQ5JF/wv8xtpVH0EWTTjKeysgR/OzNsH4afRn1pvTsvLaWk84VOYY0XNTt+VDlH8eCRiZ
    5u3LUh/RwfQ4/eRMyhORkn0d0mX5eZZA/EQN8a28CJmLkbfmWsSwTUvcSAOamWDd6J/klnml5wwl
    S8xh8PXzQKaVBBoWlP/bXOesWbZDAD3Pjw8ps2rChRsFqLICUiAKZQARAQAB
    """
  static let keyID = "SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o"

  static let all = [account, accountKey, store, snapDeclaration, snapRevision]

  static let account = """
    type: account
    authority-id: acme-root
    account-id: acme-root
    display-name: Acme Root
    timestamp: 2026-01-01T00:00:00Z
    username: acme-root
    validation: verified
    sign-key-sha3-384: SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o

    AcLAUgQAAQoABgUCaVW5AAAAvtMIACI2gksYuyP9C3vH3gAcRtRrXgpX99WycyXBkVu00kRJN+wE
    DUg/44Fd7qT0Ubk381/IdKkgfyAoWAR7OQlV+YRtJoZcprlawbIHMFtEqsPbkrb/JYKUxMaoYLQX
    YYc+xSaikCeJkfT0VGf35TZqvGGcVSr/+w9tWCRcddTEyiVjI9t1co7m1RB667FGjutkce4Xh9vy
    tnOL78df4EGdrTdzbkYem3EphMeA1HWW73VJJPTvdTk0O9DjYIjZ7YTWZ/dcmZKKZ4LKVar9Pnfi
    Ktg4peMdlavveAl259etPITXb1dA7NXp5xnDy+jowmH0obZ4vUwQjFEpb7Yc6aR9KTI=

    """

  static let accountKey = """
    type: account-key
    authority-id: acme-root
    public-key-sha3-384: SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o
    account-id: acme-root
    name: root
    since: 2026-01-01T00:00:00Z
    body-length: 368
    sign-key-sha3-384: SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o

    AcbATQRWhcGAAQgAlyTioTa10P5Io1FBD6rMlo1R1bhM/VXJ5RZMhwkFwiR8WOCzPmFZCCTipG+B
    aYRGNMEN9Yv4wT4RSbeRBLelaVjeowRHjZcu21CdLWZ1GeRSlSqqi6YYs0gDhYUtMeyscR65kgDZ
    S9SrvfPCQ5JF/wv8xtpVH0EWTTjKeysgR/OzNsH4afRn1pvTsvLaWk84VOYY0XNTt+VDlH8eCRiZ
    5u3LUh/RwfQ4/eRMyhORkn0d0mX5eZZA/EQN8a28CJmLkbfmWsSwTUvcSAOamWDd6J/klnml5wwl
    S8xh8PXzQKaVBBoWlP/bXOesWbZDAD3Pjw8ps2rChRsFqLICUiAKZQARAQAB

    AcLAUgQAAQoABgUCaVW5AAAAGP4IAAfWsiWGHWCKH0qgSM0uke+ppDsXuzm4PQWiNGxM/A9P9ZWV
    cqcfqjXyLoS37Xf7a5MkPdVqGvuhYfKcxHPpKu55gO5looSG5We7Kw60dW10vguLP2RM+tsw0ZTA
    CkfSgnsJODSwhUfbpFhH05Et7eYxbFiv78Jrsz4rHo9++FxNLG25PFzMGeQ8IxyWbZpmE+070Bkd
    aD/Ycbgk3LFmVwfmu0ioVBCdcGoFHNb1/2VHzoPD6blY42PJJDq9zI2BcvjRsSSyu7Eob3zZYcS6
    MqIy083HyFpAEz+8LgU2WDDzTCIBghuI9WKwBKaUdYrBdOFFjNWLdCoJiS2f6OMeZ8A=

    """

  static let store = """
    type: store
    authority-id: acme-root
    store: AcmeOfflineStore1
    operator-id: acme-root
    timestamp: 2026-01-01T00:00:00Z
    url: http://snaps.example.internal
    sign-key-sha3-384: SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o

    AcLAUgQAAQoABgUCaVW5AAAAlNEIABiYTdDXDlMQ0w00GuG1AA2AlYT9FbEra9WIiNkKf6QwkN2c
    IMm9OEn02Tqm9x7Pw6fJKHDrezW5X43HUdzhnRHIFK0tdmye7AK0CLsWOrFk5CJR+cMPSdheBWWq
    w9ey6HHw/sNQceAqOlT0t0PG5BNfBH0qhNhXLwVlBk/zOyKOlQG+azBpAOa56ocp5F5v01fYl06P
    n3ByzmnQNAUAfHhFRvHEzmzVBGtOLXvANx4xhKuUqnzL3Q1npaJbf1L40TU3yw0Y99DKap4hvtkI
    blSm6WkpnCk3T9N1kaxHlYmm72uU544CGIRlZIy9QG2iLMwr83QW1kLdwunwS1bxY/U=

    """

  static let snapDeclaration = """
    type: snap-declaration
    authority-id: acme-root
    series: 16
    snap-id: AbCdEfGhIjKlMnOpQrStUvWxYz012345
    publisher-id: acme-root
    snap-name: foo
    timestamp: 2026-01-01T00:00:00Z
    sign-key-sha3-384: SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o

    AcLAUgQAAQoABgUCaVW5AAAAU9cIAHYx30ldGgGCgnorxxyEkxzrfpXEg2ZaIa6Pd3byp8812PXR
    /uVeNGP/1i/KEZtipUlQ+14AKcmGY7mXTtocGhMUkfGmtnMVslWBbUnm0p4n9FAkVchwWIjOZ4gl
    PKdskzae6r1vIXQZEuOEB2AsdVgjdyRfc1SGkeP/DIN529PhRc4TESIj4qCvUzR69tm8BnEF6rFe
    1T0+h6ZhGMi0IK5y3BURA2F7bIUnUAEMYwnjrwb5qDzqEnOMi0Wcaud81IsPxhmGSdz+gRAA23SO
    nEjFJeNT0VfS7m17AcmQETC0ALDXoet7wsnc2F6IFzmnsLC+B7Si7rbR5aTzbgJ0MjY=

    """

  static let snapRevision = """
    type: snap-revision
    authority-id: acme-root
    snap-sha3-384: ytCIOboOQpnyf3xQsf8aDoeaC06gsmJhddyBtjbytt1n-REbfedGwYTJQUZ5E8I_
    developer-id: acme-root
    snap-id: AbCdEfGhIjKlMnOpQrStUvWxYz012345
    snap-revision: 5
    snap-size: 34000
    timestamp: 2026-01-01T00:00:00Z
    sign-key-sha3-384: SPM43NF-HcUb-tfgl-F09lLEEwlYBRxqa-Tf7kKY7Bx1KPG64VbVPV7xrlJHRG2o

    AcLAUgQAAQoABgUCaVW5AAAAukAIAFnlzIpycuBvt+I/WbOAzxhdPQBHkbywo0r6jl8JC4DRpYFj
    kfl24mNJb3BXKoeY4WMXQMzL5xA1IZ+Ba5DPWF4UATjxPMER9ns4mNiP71gWWg1BlACs/zWGgLff
    JehFLBfbQmDJmFFd/AtoxwBJp0ulS4e9eM3TqEeSjVBKSVZ3GIYyhg0OASA26/rNYfCfP8Lva/Cq
    ddL7EPCp/HeNEwm1i9t3jQHoFDABKFzqYwuCKfMiOY3gdKIs4B+5D5zZdLQp73RG+tUoy/yrDlDi
    MsKYWDlyAfFASlm7HUrYFAlv+pn0QwPHMDLnL3NUkhhbiEwZrSRpiPZXci2BGa/BSCY=

    """
}
