"""One controller a workspace: connects view, model, job and operation."""
