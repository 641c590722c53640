package io.artifactvault.app.terminal;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version in the jar's manifest. */
public final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = VersionText.class.getPackage().getImplementationVersion();
        return new String[] {"Artifact Vault " + (version == null ? "(not packaged)" : version)};
    }
}
