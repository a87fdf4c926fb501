"""Where the files of snapshots are: in a folder on this machine, or in a bucket."""
