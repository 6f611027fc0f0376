//! Keys of older charts, with what replaced them.
