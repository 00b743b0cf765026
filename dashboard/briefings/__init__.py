"""Making briefings: periods, kept editions, jobs, the archive, and the two ways to ask for one."""
