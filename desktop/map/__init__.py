"""The live map: page, bridge, base map and layers."""
