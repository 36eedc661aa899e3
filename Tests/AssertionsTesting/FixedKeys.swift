/// Throw-away keys of 2048 bits, so that no test waits for one to be made. Never trust them.
enum FixedKeys {
  /// Signs accounts and account-keys.
  static let root = """
    -----BEGIN RSA PRIVATE KEY-----
    MIIEowIBAAKCAQEAlyTioTa10P5Io1FBD6rMlo1R1bhM/VXJ5RZMhwkFwiR8WOCz
    PmFZCCTipG+BaYRGNMEN9Yv4wT4RSbeRBLelaVjeowRHjZcu21CdLWZ1GeRSlSqq
    i6YYs0gDhYUtMeyscR65kgDZS9SrvfPCQ5JF/wv8xtpVH0EWTTjKeysgR/OzNsH4
    afRn1pvTsvLaWk84VOYY0XNTt+VDlH8eCRiZ5u3LUh/RwfQ4/eRMyhORkn0d0mX5
    eZZA/EQN8a28CJmLkbfmWsSwTUvcSAOamWDd6J/klnml5wwlS8xh8PXzQKaVBBoW
    lP/bXOesWbZDAD3Pjw8ps2rChRsFqLICUiAKZQIDAQABAoIBAAqYI4mU1eg9FrbZ
    6HNSb85CwCB4r27Xf1QfPMR/Wae62nt5Xp8KAE1dloRbq4jLpIconBOg2NIkyV3v
    L8tSmxXYDJ0FHQXb+cUWMLpAswcaVb6Oc89fmF4it1p51AnqksjIFE5bYF/cG6Cw
    MCb/3weqXbDLl4leDNPjXfAFvRjF7OmIzpORjlfAIMvt4S+2T/WA+1F6cSNdso9Y
    AR7HEW6KjbSdgJHkvv3Eff6gDGNiolv6Wm86DmQ0qcfKEX4MZFL6Nku/pgzc2ywO
    XibEEwSZ2R+9+/n2zEISnt2mCTUvmgN0PwV+NPl4bFihVsNWu58b7dbVLhjpF22N
    MVLMmwkCgYEAzRw+c5t+IR4nUlXUPbNty/m48wlrbnuVLbquqWygX4XOb+JpEDc9
    eHJDhEuaiBM2OJ8OZeY20868HpqyEh57+eJx44VtLGYA5BRB0KtdHMpFUnoBnlQ5
    1w60gXKzSRdtJbl6mPi/wVDOjNhJt3xonSNYdKjgTUYl6ig2B/GOur0CgYEAvKTt
    +xFpZOTfMZmaNb7GIop2+6c/kzb//pwpZjQqFfukj5oqvkmeudRXBtGzM8xgDofM
    v84jajWtm5VZ2yTC+gApFkVJ0UDPnSlgHTUnFX6ot3GhBOpXPv2HR8imEDptUfm7
    wo9vJt5kneEneeizVJ5eFrtEUH0DjMnpuia53MkCgYEAp5EMgFwnFh1RWJWgGGxP
    JhY0//DRIOi7vilGaknBV2i0d3mMBeBrSsxm1l0BuWugn29qTtteLXo2+/W7xsu6
    0zIpgwxNXblTvwHBpx1oq42gRrpAOj5rJoPv+dVgHTWTSP+X5gNKfT9sD2rgBpQP
    z1jB+kTBQsAtV3hUc/bneS0CgYAIBmwpViBJroLgNUyeJLOBHKrbIc5OkPRq/HG2
    a1mu/bmOclyHI9KgzSu2mo0pEvSzKYvITRismAP+rmfYLsQspn0Y+XGeeUdbxDrW
    g0BaZbz/sNHMx7tWbqqmnx6RairkZd9a84ci/CsDnGR1hzS50NLn3KeXVPolryFG
    TgdyIQKBgEL/Jozf3MsdQksbxr396Z4W8dglLORumlsq2D9le5nd6OgBCvuJyyw3
    TTsVnX2Y6jukdG9+HEzsT+UFK0mquQ4V4U0kr2Hzlc55AmlJksIc8dwdbee98cCP
    xD7sCXqj6P0zu3eRR+eNd8kdSYKE1XAtMxFMfmdslSRJevTpxdie
    -----END RSA PRIVATE KEY-----
    """

  /// Signs what a store states.
  static let store = """
    -----BEGIN RSA PRIVATE KEY-----
    MIIEowIBAAKCAQEAhDu5FJlE5jouMQ/JPCW91huZz0V+g+LWOexEP9+b5+baalcs
    6kOSmhfJpPrM6ZrzTzJrwpgWhtnBrnZU4l3DiHPbZSXxaV0WOf0VPy3IYZDIbt5f
    1ACOu1OeWKluDnOsFTgjtlHGOJ7ua/LSPIkgrXI1sN4q/UH3oKMvghUcLpQzDcBU
    fQV8K3ih88P0QeyAz8rCqe3UWaBz9Jgur8KOU/Loplt7cEt6TTlPx6pWTBuu0egk
    sadXpNvaU2V8qWdZ2cNBDlXXR3XmqWTREZHs42/fVEhri/RsET98TgAyU4+T3Son
    EvmkMxuPbejqYyhcMuO5FXSAQLV6XjpCuOy9qwIDAQABAoIBACoD7fVZE9bRQq8N
    FIQ7e7ulrnP44U+XijkCVNc0vg1rwReL1nYi/Vhf2Y7Fr8lEFi4iV7IPcAzt8Mf1
    ylfYshHPujTD3xZ64N6RByi5a9NwVPdBShKLEM79rTD/uLv3zgQ5/8Lk7cY83YXI
    NDvO2Ga0BNJLbT5mMP/GCgjbm0ZDFJ+3LS0bbAPZ/A6b1dvJJ3B4uXI3IizYNsWH
    9TICB+wvle4Vedbc4Fm5aNXPIj4JVz97ZLXTVjNknLzLghA9yH9N5qmTK2/spgRr
    tT7WoFycOSwTZ4ekJL/uMeTttyQqaHwiXkMf5Hyw9wZ9u1CvmWx2NqIQmoXnmSSt
    7b2Pkm0CgYEAuH94+suxYk6mCIeuoE+5bnqTfnMcvVxMGy3bJJLKh/AXBKhEMPk3
    8gUAIgAm6H3riC7Ml8FVKEzUb8qNIPytqdMiUct1gyHMmtGw+yPe1dJQL1b9rIxu
    E64qQk5ZGF9aLI6fR9s2albWZ1E4MuNj+6NEzeT7dSlgAldPwlsbz90CgYEAt3rv
    1pggASk1z7kIE1pbzFe77g3CuD3S+kh8Ajb99rZ6tnqSsm+RetAiYRW4hnVjkPZX
    UIMT5edtGkzZLvvRxKqGVMvJzNciM0wSpkoZ8ywW1RtcltiVADV2F3IFSIlf9nxu
    Tv5AEwkbMf2dU2EepKGMsrhyDZ+iPjlrByl4rycCgYBPdr/hrUfaYquKcv4YmB3y
    4qKSTPws5wr0jdycNQk8YYFYhSzRtxWMjPDQtCYN7uY6QoXmOuP1tpmtCJ2efpZB
    1ekrN6mGcFFSwUwr7vg0OiBFM3+RCO8EVPholJw1LiSFmmwqI9WdGYfA+i9tY5kV
    se2ZjK1tegObHoYA3QLulQKBgQCexIyhPwYCuyxLUSuBw6DH0+tU9SdX0nesB+j2
    6asdP440NSCXsx9KDKyTIf6Iqy+7Es8/Zg1j1bx9E56jn1hHO9/9pFI9JLP9e4hv
    yJNn7vDa+1BFX6ifg6NqaknUGLunSMkTJcNANZMI0RLAQbwIbZqYVC6tR0NXYMwS
    aHp75QKBgDcN4BKhADLt7jCB1c2EwOYOZZ6wtc30QMWz5dm/aReEjuTui/QEnvZq
    Ywe7BK15e8CukAKfircMawbEhn7qdLc8c6Kqgwzre9UpS7kb9t7VCXDL/EmD/D3P
    ib4RrnM3fUs8EZUzGYNEQuvZ3QiKC6VM8xeaFMVEiEdovavj6S9k
    -----END RSA PRIVATE KEY-----
    """

  /// Signs models and serials.
  static let brand = """
    -----BEGIN RSA PRIVATE KEY-----
    MIIEowIBAAKCAQEA5sT+g+u4Yakbhs5OxRZI94eYg8Ax5ZukfNzZlXPllJ/a4yUZ
    1/tCr/725CE7R1dBjiLOSuZfn9Wt7q+9dnUYj5RvvUEypacczIlc6Jn877Zxwk1E
    IYw+wXFWw1e+i5KXQ984UijNkJcXUb+9TC9RfJD9pdOorUxQSvFvDBk2r/I1a+1q
    DeFPLqnKY0hiquy/8f93B72wYNBfU5td8uwBj9MugQE653neyyo59jie8GT/ujWP
    1PVnWmYz+xFlE79UVzQSxYR8ntn9H6XozR4VvR0FPqesVwTRJe1s9ITr18/vsXfp
    Phz3TOzrIZJPqluX7khGhWTy069tUB2JOK9j2wIDAQABAoIBAFX4Z5T/2OXRGSck
    bqXvwmksw725eR0/2YyGvix2S74Nu37JkJIs0dA9HP8p/ip6sDpibxXqMw+ZjD2S
    jPO3ddnvg50uz850rj7ooYsp6tfm0QSAwnP5ClwIfDkz1BGtH9syKoo5FzPZhd93
    ne7m5eWRIl2Ht5wwBO2Wejc4oW30CaTvRrMoRp6708rvALF+PrlPYw/eB7krzvZ4
    YEe7DVwlJQLbkg4791BLCkTiM4i15kzVVu2GlGYgSYodEm1qAFkCDU0pfYru4V66
    3tWjvz7/A/ByWM4cHr9fjsffAyyqd7FM2xEcwElDOsFVKS8nkvODAcTBQB3ywrha
    tRmS1bkCgYEA9aDbQzeKrrhO3HyHofjZjLWG6lhqztPE1yUOuIr5CHUh2PYwCbyh
    cQ1kmsCtQ/SE+RL1sgfhOxDLt+LF+nsTaACuqqYYKHgRhgkH7pyBy7ATWalDCsQ4
    1We6Xrfp/2J6j0cgw15uuSIw/BsIu3bVFCfkuVvUEwVEP6WAAoQqCQcCgYEA8IOF
    CHpER56qrOe4QMTgOoHZ8bK4VMhttHgUZGVNpkSTkIho7+M4P6UbUBZjLn7VKb14
    wzDPaSsoQsG7R2xjLaQDov7rtTshdjOAcdKM/gjnX5IDiLqUO/XqWTk4dzblnrNq
    6LPX4EKKfAw1+/YIB12Dx8yKJNxdj7a+DrfgfY0CgYEAmg8PFySx/g4poE8W/vdG
    8+MzQK6+JwVZ85sRlZvMwIo+9YbL8H94PqEo1Ys94V5vPI2wvr4EfXh2XdqFVCp3
    rIapBu1wP4m3a/skF3vgSPIh4N2x6AHUp70MfrYZtQ1+U3lISmFjTwjr8mO+YV4S
    HTc8VSoMZPWrrcPO+0UL3GcCgYAqEWcId5JP0KHbwmAI/CaYNTQwwWjac4A0y7gN
    Y2a0iVQiOKnaI60n/LINTQ0mCcsxFNH1mij9JS5Slt4x/PRP/FsifGIv/dq5eQKj
    ZgeBO390yO5TUQcyga3u00JcH78EBi/R6fr9X8YnMl+S5ZK77xBotw8GqYC37WfK
    3UCn1QKBgEsH4exyTWzkU/TFfpHnt1oo2vJpIQ+xS4jB72GdqylUJwfFEozHE3NJ
    W18cFNyP8DYUYCVlPp4rmdUTW1akYs35REQ4bYKryyAYYyDt0cV/0u7r35o9apA/
    kRYhvMxTOogDA94mFieutAEueQCFyNSC7Vcyq1Ttw4QE/PzaIriR
    -----END RSA PRIVATE KEY-----
    """

  /// Signs what a device asks.
  static let device = """
    -----BEGIN RSA PRIVATE KEY-----
    MIIEpQIBAAKCAQEAqIgQ8utu6S7Nntn0ZnD1f/m6CO13ep0xTfLr9vfjS1jS4EXA
    cZTsFQ7A7wjqlehPxb1rxsU0Zc1HwSRmNavL7iLCRKlEUG1FC6Ivisi7TgCpbhYW
    iM/JKZ9L4u7UkJ9yX+kGWOdAmRE/pesDNBzlSlP2ayUO3qzuHVqXgI2uMz3+IEc5
    qajKjuVwd++Qu5HfXfp4CCKY4pBO6u7IL2WTvDJH15+n3QEgaJSwbxdV9EFuvwKn
    LG7t+2D4LZ3r8s8+Q4ByLeuxJqPc77pv+9lW/go0he1/a9Al62wSZ2Uu70g4uCkI
    OmEdk6iuzbxUs/V5be4eFiWAi8AKqpwZLhUzmwIDAQABAoIBABgNOyX/9Zcvx8aY
    4mlQS6kU8bjecwO7tVKjjYt0eyrApW++ZKWRFFQ5A83ZXuk/+0qEKwJ2GHFC56+n
    yzJzrynwKft0kLxNq+HqJpDO7vRF4ehFHLgvt0zKYCEl5o4xQzhu4CoF7tEphgTe
    0lk4mnyOGQfXhRTAZ0cnK6H8FlVXky2U/N3opn6EZ6OwguSJzVqvKrSKHHS9HoUu
    /SahBWaKC5wu+uH5BPR8YEfR91yMB9IMVBA4dvQlk3edm8shsh30XD3QuMsUZ2ER
    oNPjZFWuy2TwDeqmOmKfPB3Om/mir/lnFMEtBy1sAQKvLHLGONX5YTgsFysv3klY
    x3rLLRkCgYEA3G+bB+Dmws6xSZI8lyw6s6p99dWSAjkhu4ppAP6Tl3cJkV41ZsCZ
    UzwhVQCJhgdCn4DEJuOON2SgqgOLvHXnAcbtXazbzF2Yks/7jYlkFQOzFKoSzxBf
    GaGFmIMCyIbX2ggRPlLQWkzQNRbkJQoHg2iqXRLNWZAB8lDydk0u8vUCgYEAw7i3
    E2fEyKEA78wMaDEVX79L3B5zxGAW7U8801OTmzmYp9oZrC/scVuaAuGyUexo6pyk
    bWI8dKm7ap/0lhvIJpl3EwV0xCMkyWK/2GpLpdotDaMaI3y/ffbQCgawB6SqBg71
    fRhDpjlRxXxEBh2+rL5JOQv1K3bwHbyGRx2XEk8CgYEAvmBE7BD4OtZ3lqqNWaIB
    MJnWHzJL30+oKmfnN8ylevJ7eOh8BjngMVqFDvxfyTkL+OUkgtGUSZLGjw5w6FqL
    H6XF6lkXmvBajLDC+AHoRZ3kU7xuchYZi/FLh+Pdy4FpegvtmH29I7+jMbaLYtG+
    m2cRe0B5yRfuFnCCdllCauECgYEAi5g4g4+0jABBocbgZoPzobnYCmRx33NFhvbI
    BFYM5l6bIcTuIKCBvIw/+aQuQj4iyor0v8ucIP1aXf8+PL4N8HHuutNeZ/JE75oO
    CPYvhFhrX9mf8AWustIRqcUBUkJAvld3AkUHIwyo5Pjvr4kRkTWbFiQQNnL7acon
    35scQAMCgYEAhAnuYubbZCi3KHb76tOTmusX4D0yNXvBsZcGN/YNXvFy+5TjFb52
    2d4IIkc52E17cpCz4aXq36ao3a/uX/jahwlVKUIOW0yP/6JEjjqxD6oIYu1pxqqd
    NpIIuMBx+y8r2YiNdg6vL32o4cdccNjapj3kt1wCGF8uz/47mld+Fos=
    -----END RSA PRIVATE KEY-----
    """
}
