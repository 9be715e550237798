"""Pure rules of the domain over frozen records."""
