"""The audit log: who, from where, did what to which thing, when and with what result."""
