"""`.gitlab-ci.yml` carried out on this machine by gitlab-ci-local, job by job as a runner would, and judged."""
