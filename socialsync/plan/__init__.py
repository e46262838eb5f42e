"""Pure functions from Intents, Items and State to a Plan."""
