// The content of this file was lost: a colleague truncated it by accident at 23:57. Please write your version again (it is in your context).
