//! What can be wrong with a command line.

crate::codes! {
    /// Why a command line cannot be run.
    pub enum UsageCode {
        /// The arguments do not fit the subcommand.
        InvalidArguments = "usage/invalid-arguments",
        /// The value of a flag breaks a rule.
        InvalidFlag = "usage/invalid-flag",
        /// Two flags, or a flag and an argument, exclude one another.
        ConflictingFlags = "usage/conflicting-flags",
        /// There is no such subcommand.
        UnknownCommand = "usage/unknown-command",
        /// No file is named, and nothing is piped in.
        NoInput = "usage/no-input",
    }
}
