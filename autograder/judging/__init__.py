"""What an answer is worth: expectations held against evidence, in a process that ran no learner code."""
