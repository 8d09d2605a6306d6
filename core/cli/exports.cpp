// libweir.so is the rooms of the engine, linked whole.
