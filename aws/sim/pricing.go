package sim

func pricingOperations() []operation { return nil }
