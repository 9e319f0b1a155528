"""Microsoft Advertising: daily performance reports of ad groups or campaigns."""
