"""One run: plan, ask, score, write. culturefit.run.pipeline.execute does all of it."""
