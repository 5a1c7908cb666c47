/** The addresses that messages and mails lead back to. `publicUrl` has no slash at its end. */

export const confirmUrl = (publicUrl: string, topicArn: string, token: string): string =>
  `${publicUrl}/?${new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topicArn, Token: token })}`;

export const confirmPageUrl = (publicUrl: string, topicArn: string, token: string, endpoint: string): string =>
  `${publicUrl}/confirmation.html?${new URLSearchParams({ TopicArn: topicArn, Token: token, Endpoint: endpoint })}`;

export const unsubscribeUrl = (publicUrl: string, subscriptionArn: string): string =>
  `${publicUrl}/?${new URLSearchParams({ Action: "Unsubscribe", SubscriptionArn: subscriptionArn })}`;

export const unsubscribePageUrl = (publicUrl: string, subscriptionArn: string, endpoint: string): string =>
  `${publicUrl}/unsubscribe.html?${new URLSearchParams({ SubscriptionArn: subscriptionArn, Endpoint: endpoint })}`;

export const certificateUrl = (publicUrl: string, certificateId: string): string =>
  `${publicUrl}/SimpleNotificationService-${certificateId}.pem`;
