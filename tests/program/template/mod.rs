//! Template folders: cases, what a folder may contain, and filters compared with Helm's functions.

mod cases;
mod folder;
mod helm;
