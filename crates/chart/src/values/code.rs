//! The codes of diagnostics about flags such as `--set`.

mkmanifests_yaml::codes! {
    /// Why a flag that sets values cannot be applied.
    pub enum ValuesCode {
        /// The flag does not follow the grammar of `--set`.
        Syntax = "values/flag-syntax",
        /// The value of `--set-json` is not JSON.
        InvalidJson = "values/invalid-json",
        /// A list index is not a number, or out of range.
        InvalidIndex = "values/invalid-index",
        /// A name goes through a value that is neither a mapping nor a list.
        TypeConflict = "values/type-conflict",
        /// The flag exceeds a limit on names or lists.
        LimitExceeded = "values/limit-exceeded",
    }
}
