"""Pure functions over places: GeoDataFrames or arrays in, arrays, frames or dataclasses out."""
