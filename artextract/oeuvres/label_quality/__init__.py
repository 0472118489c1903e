"""Labels that are probably wrong: out-of-fold probabilities, confident learning, reasons."""
