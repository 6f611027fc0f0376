//! What can be wrong with flags such as `--set`.

mkmanifests_yaml::codes! {
    /// Why a flag that sets values cannot be applied.
    pub enum ValuesCode {
        /// The flag does not follow the grammar of `--set`.
        Syntax = "values/flag-syntax",
        /// The value of `--set-json` is not JSON.
        InvalidJson = "values/invalid-json",
        /// The index of a list is not a number, or out of range.
        InvalidIndex = "values/invalid-index",
        /// A name leads through a value that is neither a mapping nor a list.
        TypeConflict = "values/type-conflict",
        /// The flag would make names or lists larger than the limit.
        LimitExceeded = "values/limit-exceeded",
    }
}
