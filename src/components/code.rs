//! What can be wrong with a component, besides its values.

crate::codes! {
    /// Why a component cannot be rendered.
    pub enum ComponentCode {
        /// There is no such component.
        Unknown = "component/unknown",
        /// The component makes objects that cannot be written.
        NotSerializable = "component/not-serializable",
        /// The names of objects cannot have the release's name in them.
        InvalidReleaseName = "component/invalid-release-name",
        /// No IAM policy is known for a component.
        UnknownPermissions = "component/unknown-permissions",
        /// The values ask for nothing.
        NoEffect = "component/no-effect",
    }
}
