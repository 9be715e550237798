"""The frame around the workspaces: rail, top bar, status bar, palette, sheets and dialogs."""
