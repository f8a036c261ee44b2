package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseService(t *testing.T) {
	for _, c := range []struct {
		text string
		want Service
		host string
		arn  string
	}{
		{"s3", Service{Name: "s3"}, "s3.amazonaws.com", "s3"},
		{"com.amazonaws.us-east-1.s3", Service{"s3", "us-east-1"}, "s3.us-east-1.amazonaws.com", "s3"},
		{"com.amazonaws.us-gov-west-1.ecr.api", Service{"ecr.api", "us-gov-west-1"}, "api.ecr.us-gov-west-1.amazonaws.com", "ecr"},
		{"cn.com.amazonaws.cn-north-1.kms", Service{"kms", "cn-north-1"}, "kms.cn-north-1.amazonaws.com.cn", "kms"},
		{"com.amazonaws.us-east-1.monitoring", Service{"monitoring", "us-east-1"}, "monitoring.us-east-1.amazonaws.com", "cloudwatch"},
		{"com.amazonaws.${AWS::Region}.s3", Service{Name: "s3"}, "s3.amazonaws.com", "s3"},
		{"com.amazonaws.s3-global.accesspoint", Service{Name: "s3-global.accesspoint"}, "s3-global.accesspoint.amazonaws.com", "s3-global"},
		{"com.amazonaws.vpce.us-east-1.vpce-svc-1", Service{Name: "com.amazonaws.vpce.us-east-1.vpce-svc-1"}, "com.amazonaws.vpce.us-east-1.vpce-svc-1", "com"},
	} {
		got := ParseService(c.text)
		assert.Equal(t, c.want, got, c.text)
		assert.Equal(t, c.host, got.Host(), c.text)
		assert.Equal(t, c.arn, got.ARNService(), c.text)
	}
}

func TestServiceIn(t *testing.T) {
	s3 := Service{Name: "s3"}
	assert.Equal(t, Service{"s3", "eu-west-1"}, s3.In("eu-west-1"))
	assert.Equal(t, Service{"s3", "us-east-1"}, Service{"s3", "us-east-1"}.In("eu-west-1"), "its own Region stays")
	assert.True(t, s3.Same(Service{"s3", "us-east-1"}), "a Region that is not told may be any")
	assert.False(t, Service{"s3", "eu-west-1"}.Same(Service{"s3", "us-east-1"}))
	assert.False(t, s3.Same(Service{Name: "dynamodb"}))
	assert.Equal(t, "s3:*", s3.Actions())
	assert.Equal(t, "ssmmessages:*", Service{Name: "ssmmessages"}.Actions())
	assert.Empty(t, Service{Name: "com.amazonaws.vpce.us-east-1.vpce-svc-1"}.Actions())
}

func TestARN(t *testing.T) {
	assert.Equal(t, "arn:aws:s3:::logs", ResourceARN("logs"))
	assert.Equal(t, "arn:aws:sqs:us-east-1:111122223333:orders", ResourceARN("arn:aws:sqs:us-east-1:111122223333:orders"))
	assert.Equal(t, ARN{"sqs", "us-east-1", "111122223333", "orders"}, ParseARN("arn:aws:sqs:us-east-1:111122223333:orders"))
	assert.Equal(t, ARN{Service: "s3", Resource: "logs/a:b"}, ParseARN("arn:aws:s3:::logs/a:b"))
	assert.Equal(t, ARN{}, ParseARN("logs"))
}
