//! Template folders: cases, what a folder may hold, and Helm's functions beside ours.

mod cases;
mod folder;
mod helm;
