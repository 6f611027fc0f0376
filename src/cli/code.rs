//! The codes of diagnostics about a command line.

crate::codes! {
    /// Why a command line is invalid.
    pub enum UsageCode {
        /// The arguments do not match what the subcommand expects.
        InvalidArguments = "usage/invalid-arguments",
        /// The value of a flag is invalid.
        InvalidFlag = "usage/invalid-flag",
        /// Two flags, or a flag and an argument, are mutually exclusive.
        ConflictingFlags = "usage/conflicting-flags",
        /// The subcommand does not exist.
        UnknownCommand = "usage/unknown-command",
        /// The subcommand has no such flag.
        UnknownFlag = "usage/unknown-flag",
        /// No file is named, and nothing is piped in.
        NoInput = "usage/no-input",
    }
}
